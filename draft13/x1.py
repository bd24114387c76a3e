import os
os.environ.update(OMP_NUM_THREADS="1",OPENBLAS_NUM_THREADS="1")
import numpy as np, time
z=np.load('insteval.npz'); s,d,age,dept,y,serv,sa=(z[k].astype(int) for k in ('s','d','lectage','dept','y','service','studage'))
U,u=np.unique(s,return_inverse=True); I,i=np.unique(d,return_inverse=True); n,m=len(U),len(I)
print(n,m,np.bincount(age), np.unique(serv,return_counts=True))
# pairs repeated?
print("pairs",len(set(zip(u,i))),len(u))
def mat(mask): 
    X=np.zeros((n,m),'float32'); X[u[mask],i[mask]]=1; return X
def recall(scores,train,test,k=10):
    sc=np.where(train>0,-np.inf,scores)
    users=np.flatnonzero((test*(train==0)).sum(1)>0)
    users=users[train[users].sum(1)>0]
    sc=sc[users]; T=(test*(train==0))[users]
    # ties in expectation via random jitter average
    r=np.random.default_rng(0)
    top=np.argsort(-(sc+1e-9*r.random(sc.shape)),axis=1)[:,:k]
    hit=np.take_along_axis(T,top,1).sum(1)/np.minimum(T.sum(1),k)
    return hit.mean(),hit.std()/np.sqrt(len(hit)),len(users)
def pop(X): return np.tile(X.sum(0),(n,1))
lect_dept=np.array([np.bincount(dept[i==k],minlength=16).argmax() for k in range(m)])
def deptpop(X):
    D=np.eye(16)[lect_dept]; pref=X@D; return (pref/np.maximum(pref.sum(1,keepdims=True),1))@D.T*X.sum(0)
def knn(X,shrink=10):
    G=X.T@X; c=np.diag(G).copy(); S=G/(np.sqrt(c[:,None]*c[None])+shrink); np.fill_diagonal(S,0); return X@S
def ease(X,lam):
    G=X.T@X; G[np.diag_indices(m)]+=lam; P=np.linalg.inv(G); B=P/(-np.diag(P)); np.fill_diagonal(B,0); return X@B
def als(X,f=32,reg=10,alpha=10,it=10,seed=0):
    r=np.random.default_rng(seed); Uf=r.normal(0,.1,(n,f)); V=r.normal(0,.1,(m,f))
    def half(X,V):
        VV=V.T@V; out=np.empty((len(X),f))
        for k,row in enumerate(X):
            w=np.flatnonzero(row); Vw=V[w]
            out[k]=np.linalg.solve(VV+alpha*Vw.T@Vw+reg*np.eye(f),(1+alpha)*Vw.sum(0))
        return out
    for _ in range(it): Uf=half(X,V); V=half(X.T,Uf)
    return Uf@V.T
def directed(X_by_age,hist_ages,lag_pairs,shrink=5):
    # counts from items at age a to items at age b<a
    C=np.zeros((m,m))
    for a,b in lag_pairs: C+=X_by_age[a].T@X_by_age[b]
    return C
A={a:mat(age==a) for a in range(1,7)}
for name,train,test in (("time-val",mat(age>=3),mat(age==2)),("time-test",mat(age>=2),mat(age==1))):
    print(name)
    t=time.time()
    for nm,sc in (("pop",pop(train)),("dept",deptpop(train)),("knn10",knn(train)),("knn50",knn(train,50)),("ease30",ease(train,30)),("ease300",ease(train,300)),("ease3000",ease(train,3000)),("als",als(train))):
        print("  ",nm,*np.round(recall(sc,train,test),4),round(time.time()-t,1),flush=True)
r=np.random.default_rng(0); mk=r.random(len(u))<0.2; train,test=mat(~mk),mat(mk)
print("random")
for nm,sc in (("pop",pop(train)),("dept",deptpop(train)),("knn10",knn(train)),("ease30",ease(train,30)),("ease300",ease(train,300)),("als",als(train))):
    print("  ",nm,*np.round(recall(sc,train,test),4),flush=True)
